"""pdfium functions that are called for every glyph and path, bound for speed: handles and buffers are plain addresses.

A call through these prototypes costs about a third of one through pypdfium2's, which convert and check each argument.
"""

from __future__ import annotations

import ctypes

import pypdfium2.raw as pdfium

ADDRESS, INT, UINT = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint


def _bound(name: str, result, *arguments):
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # keeps the GIL: a reading process has one thread


def handle(pointer) -> int:
    """The address behind one of pypdfium2's handles."""
    return ctypes.cast(pointer, ctypes.c_void_p).value


text_is_generated = _bound("FPDFText_IsGenerated", INT, ADDRESS, INT)
text_loose_box = _bound("FPDFText_GetLooseCharBox", INT, ADDRESS, INT, ADDRESS)  # → 4 floats: left, top, right, bottom
text_origin = _bound("FPDFText_GetCharOrigin", INT, ADDRESS, INT, ADDRESS, ADDRESS)  # → 2 doubles
text_angle = _bound("FPDFText_GetCharAngle", ctypes.c_float, ADDRESS, INT)
text_map_error = _bound("FPDFText_HasUnicodeMapError", INT, ADDRESS, INT)
text_object = _bound("FPDFText_GetTextObject", ADDRESS, ADDRESS, INT)

page_count = _bound("FPDFPage_CountObjects", INT, ADDRESS)
page_object = _bound("FPDFPage_GetObject", ADDRESS, ADDRESS, INT)
form_count = _bound("FPDFFormObj_CountObjects", INT, ADDRESS)
form_object = _bound("FPDFFormObj_GetObject", ADDRESS, ADDRESS, ctypes.c_ulong)
object_type = _bound("FPDFPageObj_GetType", INT, ADDRESS)
object_matrix = _bound("FPDFPageObj_GetMatrix", INT, ADDRESS, ADDRESS)  # → 6 floats
object_bounds = _bound("FPDFPageObj_GetBounds", INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS)  # → 4 × 1 float
path_mode = _bound("FPDFPath_GetDrawMode", INT, ADDRESS, ADDRESS, ADDRESS)  # → 2 × 1 int: fill, stroke
path_count = _bound("FPDFPath_CountSegments", INT, ADDRESS)
path_segment = _bound("FPDFPath_GetPathSegment", ADDRESS, ADDRESS, INT)
segment_point = _bound("FPDFPathSegment_GetPoint", INT, ADDRESS, ADDRESS, ADDRESS)  # → 2 × 1 float
segment_type = _bound("FPDFPathSegment_GetType", INT, ADDRESS)
segment_closes = _bound("FPDFPathSegment_GetClose", INT, ADDRESS)

object_clip = _bound("FPDFPageObj_GetClipPath", ADDRESS, ADDRESS)
clip_paths = _bound("FPDFClipPath_CountPaths", INT, ADDRESS)
clip_segments = _bound("FPDFClipPath_CountPathSegments", INT, ADDRESS, INT)
clip_segment = _bound("FPDFClipPath_GetPathSegment", ADDRESS, ADDRESS, INT, INT)

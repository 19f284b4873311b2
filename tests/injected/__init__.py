"""Clean papers, and the same papers with known errors in them: do the checks find them, and say rightly whose they are?"""

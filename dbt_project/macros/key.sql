{# No two rows have the same key, and no part of a key is missing but those that may be. #}
{% test key(model, columns, may_be_null=[]) %}
select {{ columns | join(', ') }}
from {{ model }}
group by all
having count(*) > 1
{%- for column in columns if column not in may_be_null %} or {{ column }} is null {%- endfor %}
{% endtest %}

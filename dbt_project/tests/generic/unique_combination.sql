{# The columns together are the key: no two rows have the same, and none of them is empty. #}
{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns %}or bool_or({{ column }} is null){% endfor %}
{% endtest %}

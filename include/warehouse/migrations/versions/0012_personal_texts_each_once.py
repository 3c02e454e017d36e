"""Look at each text of a build once, in however many columns of its marts it stands."""

from alembic import op

revision = "0012"
down_revision = "0011"

# Every text of every mart, each once. The names are those of the build's own child_identity; two words that follow each
# other are looked up among them, so that a name is found in the middle of a text, too. No text leaves the function.
PERSONAL_TEXTS = r"""
create or replace function quality.personal_texts(marts text, of_staff text[])
returns table (mart text, of_column text, what text) language plpgsql stable as $$
declare
    described record;
    of_words text[];
    texts text[] := '{}';
begin
    for described in
        select c.relname::text as name, string_agg(format(
            'case when bool_or(strpos(%1$I, '' '') > 0 or strpos(%1$I, E''\n'') > 0) then %1$L end', a.attname
        ), ', ') as looks
        from pg_class as c
        inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = marts::regnamespace and c.relkind = 'r' and a.atttypid = 'text'::regtype
            and c.relname <> 'child_identity'
        group by c.relname
    loop
        execute format('select array_remove(array[%s], null) from %I.%I', described.looks, marts, described.name)
        into of_words;
        -- a column at a time: few texts of a column differ
        texts := texts || array(
            select format('select distinct %1$L, %2$L, %2$I from %3$I.%1$I', described.name, w.word, marts)
            from unnest(of_words) as w (word)
        );
    end loop;
    if cardinality(texts) = 0 then
        return;
    end if;
    return query execute format(
        $query$
        with said as materialized (
            select t.mart, t.of_column, lower(t.words) as words from (%2$s) as t (mart, of_column, words)
            where strpos(t.words, ' ') > 0 or strpos(t.words, E'\n') > 0
        ),
        -- the same text stands in many columns: it is looked at once
        looked_at as (
            select
                s.words,
                case when bool_or(not s.of_column = any($1))
                    then regexp_split_to_array(s.words, U&'[^[:alpha:]''\2019-]+') end as split,
                s.words ~ '\m[a-z]{1,2}[0-9][0-9a-z]? [0-9][a-z]{2}\M' as is_postcode,
                strpos(s.words, E'\n') > 0 or length(s.words) > 1000 as is_free
            from said as s
            group by s.words
        ),
        named as (
            select distinct l.words
            from looked_at as l
            cross join lateral generate_series(1, cardinality(l.split) - 1) as place
            where l.split[place] || ' ' || l.split[place + 1] in (
                select lower(i.forename || ' ' || i.surname) from %1$I.child_identity as i
            )
        )
        select s.mart, s.of_column, 'name' from said as s
        where not s.of_column = any($1) and s.words in (select n.words from named as n)
        union
        select s.mart, s.of_column, 'postcode' from said as s
        where s.words in (select l.words from looked_at as l where l.is_postcode)
        union
        select s.mart, s.of_column, 'free text' from said as s
        where s.words in (select l.words from looked_at as l where l.is_free)
        $query$,
        marts, array_to_string(texts, ' union all ')
    ) using of_staff;
end
$$;
"""


def upgrade() -> None:
    """Put it in the place of the one before; its rights and its comment stay."""
    op.get_bind().exec_driver_sql(PERSONAL_TEXTS.replace("%", "%%"))

"""Look for personal texts once through a mart, for all of its columns; then only where a text is of many words."""

from alembic import op

revision = "0009"
down_revision = "0008"

# Every text of every mart, each once. The names are those of the build's own child_identity; two words that follow each
# other are looked up among them, so that a name is found in the middle of a text, too. No text leaves the function.
PERSONAL_TEXTS = r"""
create or replace function quality.personal_texts(marts text, of_staff text[])
returns table (mart text, of_column text, what text) language plpgsql stable as $$
declare
    described record;
    of_words text[];
    texts text;
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
        continue when cardinality(of_words) = 0;
        -- a column at a time: few texts of a column differ, and each is looked at once
        select string_agg(format(
            'select distinct %1$L, %1$I from %2$I.%3$I where strpos(%1$I, '' '') > 0 or strpos(%1$I, E''\n'') > 0',
            w.word, marts, described.name
        ), ' union all ')
        into texts
        from unnest(of_words) as w (word);
        return query execute format(
            $query$
            with said as (
                select t.of_column, lower(t.words) as words from (%3$s) as t (of_column, words)
            ),
            split as (
                select s.of_column, regexp_split_to_array(s.words, U&'[^[:alpha:]''\2019-]+') as words from said as s
                where not s.of_column = any($1)
            ),
            pairs as (
                select distinct s.of_column, s.words[place] || ' ' || s.words[place + 1] as words
                from split as s cross join lateral generate_series(1, cardinality(s.words) - 1) as place
            )
            select %2$L::text, p.of_column::text, 'name' from pairs as p
            where exists (
                select from %1$I.child_identity as i where lower(i.forename || ' ' || i.surname) = p.words
            )
            union
            select %2$L, s.of_column, 'postcode' from said as s
            where s.words ~ '\m[a-z]{1,2}[0-9][0-9a-z]? [0-9][a-z]{2}\M'
            union
            select %2$L, s.of_column, 'free text' from said as s
            where strpos(s.words, E'\n') > 0 or length(s.words) > 1000
            $query$,
            marts, described.name, texts
        ) using of_staff;
    end loop;
end
$$;
"""


def upgrade() -> None:
    """Put it in the place of the one before; its rights and its comment stay."""
    op.get_bind().exec_driver_sql(PERSONAL_TEXTS.replace("%", "%%"))

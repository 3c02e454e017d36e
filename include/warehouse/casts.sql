-- Safe casts: what a text of an export means, or null where it can't be read. They never raise.
-- Shape first, by regular expression, then pg_input_is_valid: 'today', 'infinity' or '0202-01-01' are no dates.
-- Landing's typed tables and dbt's staging models use the same functions, so both read alike.
-- Trimmed text; no-break and thin spaces count as spaces; empty and the placeholders of the extracts are null.
create or replace function safe.as_text(raw text) returns text
language sql immutable parallel safe
return nullif(nullif(nullif(
    btrim(translate(raw, U&'\00a0\2007\202f\feff', '   '), E' \t\r\n'),
    ''), 'SSD_PH'), 'PLACEHOLDER_DATA');

-- The day in ISO form: ISO (time ignored) or day first; years 1900 to 2099; null for any other shape.
create or replace function safe.iso_day(raw text) returns text
language sql immutable parallel safe
return coalesce(
    substring(
        raw from
        '^[\s\u00a0]*((?:19|20)\d\d-\d\d-\d\d)(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?[\s\u00a0]*$'
    ),
    case
        when raw ~ '^[\s\u00a0]*\d{1,2}/\d{1,2}/(?:19|20)\d\d(?: \d\d:\d\d(?::\d\d)?)?[\s\u00a0]*$'
            then regexp_replace(raw, '^[\s\u00a0]*(\d{1,2})/(\d{1,2})/(\d{4}).*$', '\3-\2-\1')
    end
);

-- A day of any spelling that the contract takes. 1900-01-01 is the extracts' placeholder for none.
create or replace function safe.any_date(raw text) returns date
language sql stable parallel safe
return case
    when pg_input_is_valid(safe.iso_day(raw), 'date') then nullif(safe.iso_day(raw)::date, date '1900-01-01')
end;

-- A day. The two spellings that nearly all are in are known by a shape that only days have (29 February apart),
-- so that their cast can't raise: ten times as fast as asking for each.
create or replace function safe.as_date(raw text) returns date
language sql stable parallel safe
return case
    when raw ~ '^(?:19|20)\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)(?:[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)?$'
        then nullif(left(raw, 10)::date, date '1900-01-01')
    when raw ~ '^(?:(?:0[1-9]|1\d|2[0-8])/(?:0[1-9]|1[0-2])|(?:29|30)/(?:0[13-9]|1[0-2])|31/(?:0[13578]|1[02]))/(?:19|20)\d\d$'
        then
            nullif(
                make_date(substr(raw, 7, 4)::integer, substr(raw, 4, 2)::integer, left(raw, 2)::integer),
                date '1900-01-01'
            )
    when raw is not null then safe.any_date(raw)
end;

-- A moment of any spelling that the contract takes.
create or replace function safe.any_timestamp(raw text) returns timestamp
language sql stable parallel safe
return case
    when safe.as_date(raw) is null then null
    when safe.as_text(raw) ~ '\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$'
        then
            case
                when pg_input_is_valid(safe.as_text(raw), 'timestamptz')
                    then safe.as_text(raw)::timestamptz at time zone 'Europe/London'
            end
    when pg_input_is_valid(
        safe.as_date(raw)::text || ' ' || coalesce(substring(raw from '\d\d:\d\d(?::\d\d(?:\.\d+)?)?'), '00:00'),
        'timestamp'
    )
        then (
            safe.as_date(raw)::text || ' ' || coalesce(substring(raw from '\d\d:\d\d(?::\d\d(?:\.\d+)?)?'), '00:00')
        )::timestamp
end;

-- A moment in Europe/London; a zone in the text is honoured; a day alone is its midnight.
create or replace function safe.as_timestamp(raw text) returns timestamp
language sql stable parallel safe
return case
    when raw ~ '^(?:19|20)\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$' and raw !~ '^1900-01-01' then raw::timestamp
    when raw is not null then safe.any_timestamp(raw)
end;

-- A whole number; '3.0', as spreadsheets write it, is 3.
create or replace function safe.as_integer(raw text) returns integer
language sql immutable parallel safe
return case
    when safe.as_text(raw) ~ '^[+-]?\d{1,9}(\.0+)?$' then split_part(safe.as_text(raw), '.', 1)::integer
end;

-- A decimal number, without trailing zeros.
create or replace function safe.as_numeric(raw text) returns numeric
language sql immutable parallel safe
return case
    when safe.as_text(raw) ~ '^[+-]?\d{1,12}(\.\d{1,12})?$' then trim_scale(safe.as_text(raw)::numeric)
end;

-- A published figure: a number, or the symbol that stands in its place (seed published_symbol).
create or replace function safe.as_figure(raw text) returns text
language sql immutable parallel safe
return coalesce(
    safe.as_numeric(raw)::text,
    case when lower(safe.as_text(raw)) in ('c', 'z', 'k', 'x', 'u', ':', 'low') then lower(safe.as_text(raw)) end
);

-- An id of a case system: up to 48 letters, digits and . _ : / - with a digit among them, so no one's name is one.
-- (Its length is asked for besides: in the expression it would cost three times the rest. One that needs no trimming is
-- known by its shape.)
create or replace function safe.as_id(raw text) returns text
language sql immutable parallel safe
return case
    when raw ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]*$' then case when length(raw) <= 48 and raw ~ '\d' then raw end
    when safe.as_text(raw) ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]*$' and length(safe.as_text(raw)) <= 48 and raw ~ '\d'
        then safe.as_text(raw)
end;

-- A category of a form without the letter that numbers it there: 'b) Female' is Female.
create or replace function safe.without_letter(raw text) returns text
language sql immutable parallel safe
return safe.as_text(translate(regexp_replace(raw, '^[\s\u00a0]*[A-Za-z]{1,2}\)', ''), U&'\2018\2019', ''''''));

-- The code that a category begins with: 'f) U6: Foster placement' and 'U6 - Foster placement' are U6.
create or replace function safe.first_of_words(raw text) returns text
language sql immutable parallel safe
return substring(safe.without_letter(raw) from '^([A-Za-z0-9]+)(?::| - )');

-- What recorded history keeps of a day: ISO where it can be read, else the trimmed text; the placeholder is null.
create or replace function safe.normal_date(raw text) returns text
language sql stable parallel safe
return coalesce(
    safe.as_date(raw)::text,
    case when safe.as_text(raw) !~ '^(1900-01-01|0?1/0?1/1900)' then safe.as_text(raw) end
);

create or replace function safe.normal_timestamp(raw text) returns text
language sql stable parallel safe
return coalesce(
    to_char(safe.as_timestamp(raw), 'YYYY-MM-DD HH24:MI:SS.US'),
    case when safe.as_text(raw) !~ '^(1900-01-01|0?1/0?1/1900)' then safe.as_text(raw) end
);

create or replace function safe.normal_integer(raw text) returns text
language sql immutable parallel safe
return coalesce(safe.as_integer(raw)::text, safe.as_text(raw));

create or replace function safe.normal_numeric(raw text) returns text
language sql immutable parallel safe
return coalesce(safe.as_numeric(raw)::text, safe.as_text(raw));

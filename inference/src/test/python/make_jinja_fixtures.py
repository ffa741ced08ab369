"""Makes the fixtures of the Jinja tests with jinja2, set up as transformers sets it up for chat templates.

    python make_jinja_fixtures.py

Needs transformers (with jinja2) and writes ../resources/org/lyceum/inference/jinja/cases.json: templates, what they are given, and what
comes out, or null where jinja2 refuses. All templates were written for this purpose.
"""

import datetime
import json
from pathlib import Path

from transformers.utils import chat_template_utils

OUT = Path(__file__).parent.parent / "resources" / "org" / "lyceum" / "inference" / "jinja" / "cases.json"
NOW = datetime.datetime(2025, 3, 7, 14, 5, 9)

TOOLS = [{"type": "function", "function": {"name": "weather", "description": "The \"weather\" <now>\nin a city", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": ["integer", "null"], "default": 1.5}},
    "required": ["city"], "strict": True, "none": None}}}]
CONVERSATIONS = {
    "one": [{"role": "user", "content": "Hi"}],
    "system": [{"role": "system", "content": "Be kind.\n"}, {"role": "user", "content": "  Hi \n"},
               {"role": "assistant", "content": "<think>\nhm\n</think>\n\nHello é 灯"}, {"role": "user", "content": "Bye"}],
    "parts": [{"role": "user", "content": [{"type": "text", "text": "one "}, {"type": "image"}, {"type": "text", "text": "two"}]}],
    "tools": [{"role": "user", "content": "Rain?"},
              {"role": "assistant", "content": None, "tool_calls": [
                  {"type": "function", "function": {"name": "weather", "arguments": {"city": "Rome", "days": 2}}}]},
              {"role": "tool", "name": "weather", "content": "{\"rain\": false}"}],
}

SNIPPETS = [
    "{{ 1 + 2 * 3 - 4 // 3 }} {{ 7 / 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 10 }} {{ 7.5 % 2 }} {{ 1e3 is defined }}",
    "{{ 10 / 5 }} {{ 0.1 + 0.2 }} {{ 1.0 }} {{ 100000000000000000000.5 }} {{ 0.00001 }} {{ 3 * 1.5 }}",
    "{{ 'a' ~ 1 ~ none ~ true ~ [1, 'x'] }} {{ 'ab' * 3 }} {{ [1] + [2] }} {{ 'it''s' }}",
    "{{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' < 'b' }} {{ [1, 2] == [1, 2] }} {{ 'a' in 'cat' }} {{ 4 not in [1, 2] }}",
    "{{ not true or true and false }} {{ 'x' or 'y' }} {{ '' or 'y' }} {{ 0 and 1 }} {{ not x is defined }}",
    "{{ 'yes' if x else 'no' }} {{ 'a' if true }}|{{ 'a' if false }}|{{ (1 if false else 2) + 3 }}",
    "{{ messages[0].role }} {{ messages[0]['content'] }} {{ messages[-1].role }} {{ messages[0].nothing }}|{{ messages[9] is defined }}",
    "{{ messages[1:] | length }} {{ 'hello'[1:3] }} {{ 'hello'[::-1] }} {{ [1,2,3,4][::2] }} {{ [1,2,3][:-1] }} {{ '灯台é'[-2:] }} {{ 'abc'[5:] }}",
    "{%- for m in messages %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.revindex }}{{ loop.length }} {% endfor %}",
    "{% for x in [] %}a{% else %}none{% endfor %} {% for a, b in {'x': 1, 'y': 2}.items() %}{{ a }}={{ b }};{% endfor %}",
    "{% for x in range(10) if x is odd %}{{ loop.index }}:{{ x }} {% if x == 7 %}{% break %}{% endif %}{% endfor %}",
    "{% for x in range(5) %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{{ ',' if not loop.last }}{% endfor %}",
    "{% set ns = namespace(n=0, seen=[]) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% set ns.seen = ns.seen + [m.role] %}{% endfor %}{{ ns.n }} {{ ns.seen }}",
    "{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 9 %}{% endif %}{{ x }}",
    "{% set a, b = [1, 2] %}{{ b }}{{ a }}{% set t %}  block {{ a }} {% endset %}[{{ t }}]{% set u | upper %}abc{% endset %}{{ u }}",
    "{% macro greet(name, mark='!') %}Hi {{ name }}{{ mark }}{% endmacro %}{{ greet('Ana') }} {{ greet('Bo', mark='?') }} {{ greet(name='C') }}",
    "{% macro box() %}[{{ caller() }}]{% endmacro %}{% call box() %}in{% endcall %} {% filter upper %}abc{% endfilter %}",
    "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}",
    "{% raw %}{{ not }} {% this %}{% endraw %} {# a comment #}after",
    "  {%- if true -%}   x   {%- endif -%}   y  {{- 'z' -}}   w",
    "a\n  {% if true %}\n    b\n  {% endif %}\nc\n",
    "a\n  {%+ if true %}\n    b\n  {%- endif +%}\nc\n\n",
    "  {# comment #}\n  x {# y #}\nz\r\nw\rv",
    "{{ '\\n\\t\\\\\\'\\u00e9\\x41' }} {{ \"it's\" }} {{ 'a' 'b' }}",
    "{{ '  x '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ '\n\na\n'.lstrip('\n') }}|{{ 'a\n'.rstrip() }}|{{ ' a  b '.split() }}|{{ 'a,b,,c'.split(',') }}",
    "{{ 'a,b,c'.split(',', 1) }} {{ 'a b c'.rsplit(' ', 1) }} {{ 'a-b'.partition('-') | list }} {{ 'x'.startswith('x') }} {{ 'abc'.endswith(('b', 'c')) }}",
    "{{ 'Hello World'.upper() }} {{ 'Hello'.lower() }} {{ 'hello world'.title() }} {{ 'hELLO'.capitalize() }} {{ 'aXbX'.replace('X', '-') }} {{ 'abcabc'.find('c') }} {{ 'abcb'.count('b') }}",
    "{{ ' x ' | trim }}|{{ 'xyx' | trim('x') }}|{{ 'a' | upper }}|{{ 'abc' | length }}|{{ [3,1,2] | sort }}|{{ [1,2,3] | join(', ') }}|{{ 'abc' | first }}|{{ [1,2] | last }}",
    "{{ none | default('d') }} {{ nothing | default('d') }} {{ '' | default('d', true) }} {{ 'x' | replace('x', 'y') }} {{ '3' | int + 1 }} {{ '1.5' | float }} {{ 2.567 | round(2) }}",
    "{{ messages | map(attribute='role') | join('-') }} {{ messages | selectattr('role', 'equalto', 'user') | list | length }} {{ [1, 2, 3] | select('odd') | list }} {{ ['a', 'b'] | map('upper') | list }}",
    "{{ messages | rejectattr('role', 'in', ['system', 'tool']) | map(attribute='content') | list }} {{ [1, 2] | reject('gt', 1) | list }} {{ [1, [2]] | last | first }}",
    "{{ {'b': 1, 'a': [true, none, 'x']} | tojson }} {{ {'a': {'b': 1}} | tojson(indent=2) }} {{ 'é\"\\n<' | tojson }} {{ tools | tojson }}",
    "{{ {'b': 1, 'a': 2} | dictsort }} {{ {'a': 1} | items | list }} {{ {'a': 1}.get('b', 'c') }} {{ {'a': 1}.keys() | list }} {{ [1, 1, 2] | unique | list }}",
    "{{ [1, 2, 3] | sum }} {{ [1, 5, 3] | max }} {{ [4, 2] | min }} {{ -3 | abs }} {{ [1, 2] | reverse | list }} {{ 'a\nb' | indent(2) }} {{ 'abc' | list }}",
    "{{ x is defined }} {{ x is none }} {{ none is none }} {{ 'a' is string }} {{ 1 is number }} {{ {} is mapping }} {{ [] is iterable }} {{ [] is sequence }} {{ true is boolean }} {{ 1 is integer }} {{ 1.5 is float }}",
    "{{ 4 is divisibleby 2 }} {{ 3 is even }} {{ 'a' is not none }} {{ 2 is eq 2 }} {{ 'a' is in ['a'] }} {{ true is true }} {{ 1 is sameas true }} {{ 'AB' is upper }}",
    "{{ none }} {{ true }} {{ [none, true, 1.0, 'it\\'s'] }} {{ {'a': 'b'} }} {{ nothing }}|",
    "{{ strftime_now('%d %b %Y') }} {{ strftime_now('%A, %B %d, %H:%M:%S %p %j %y %m %I') }}",
    "{{ dict(a=1, b='x') }} {{ range(3) | list }} {{ range(5, 0, -2) | list }} {{ '%s is %d' | format('a', 3) }} {{ 'a{}b{}'.format(1, 'x') }}",
    "{{ raise_exception('no') }}", "{{ nothing.attribute }}", "{{ 'a' + 1 }}", "{{ [].append(1) }}", "{{ messages.append({}) }}",
    "{{ 1 / 0 }}", "{% for %}", "{{ 'a' | nofilter }}", "{% if %}x{% endif %}", "{{ (1 }}", "{% include 'x' %}", "{{ {}.update({}) }}",
    "{{ ''.__class__ }}|{{ messages.__class__ }}|{{ ''['__class__'] }}", "{{ ''.__class__.__mro__ }}", "{{ messages.getClass() }}", "{{ none.x }}|{{ none is mapping }}",
]

CHATML = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0].role == 'system' %}
        {{- messages[0].content | trim + '\\n\\n' }}
    {%- endif %}
    {{- "Tools:" }}
    {%- for tool in tools %}
        {{- "\\n" + tool.function | tojson }}
    {%- endfor %}
    {{- '<|im_end|>\\n' }}
{%- endif %}
{%- set ns = namespace(last_user=-1) %}
{%- for message in messages[::-1] %}
    {%- set index = messages | length - 1 - loop.index0 %}
    {%- if ns.last_user < 0 and message.role == 'user' and message.content is string %}
        {%- set ns.last_user = index %}
    {%- endif %}
{%- endfor %}
{%- for message in (messages[1:] if tools and messages[0].role == 'system' else messages) %}
    {%- if message.content is string and '</think>' in message.content %}
        {%- set content = message.content.split('</think>')[-1].lstrip('\\n') %}
    {%- elif message.content is string %}
        {%- set content = message.content | trim %}
    {%- elif message.content is iterable %}
        {%- set content = message.content | selectattr('type', 'equalto', 'text') | map(attribute='text') | join %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {{- '<|im_start|>' + message.role + '\\n' + content }}
    {%- for call in message.tool_calls or [] %}
        {%- set call = call.function if call.function is defined else call %}
        {{- '\\n<tool_call>{"name": "' ~ call.name ~ '", "arguments": ' ~ (call.arguments if call.arguments is string else call.arguments | tojson) ~ '}</tool_call>' }}
    {%- endfor %}
    {{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

ALTERNATING = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- set first = messages[0]['content'] + '\\n' -%}
    {%- set rest = messages[1:] -%}
{%- else -%}
    {%- set first = '' -%}
    {%- set rest = messages -%}
{%- endif -%}
{%- for message in rest -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception('Turns must alternate, not ' ~ message.role) }}
    {%- endif -%}
    {{ '[' + ('model' if message.role == 'assistant' else message.role) + ']' + (first if loop.first else '') }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- else -%}
        {%- for item in message['content'] -%}
            {{ item['text'] | trim if item['type'] == 'text' else '<image>' }}
        {%- endfor -%}
    {%- endif -%}
    {{ '[end]\\n' }}
{%- endfor -%}
{% if add_generation_prompt %}[model]{% endif %}
"""


def main():
    cases = []

    def add(template, variables):
        try:
            compiled = chat_template_utils._compile_jinja_template(template)
            compiled.globals["strftime_now"] = NOW.strftime
            output = compiled.render(**variables)
        except Exception:
            output = None
        cases.append({"template": template, "variables": variables, "output": output})

    for snippet in SNIPPETS:
        add(snippet, {"messages": CONVERSATIONS["system"], "tools": TOOLS})
    for template in (CHATML, ALTERNATING):
        for messages in CONVERSATIONS.values():
            for tools in (None, TOOLS):
                add(template, {"messages": messages, "tools": tools, "add_generation_prompt": tools is None, "bos_token": "<s>"})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(cases, ensure_ascii=True, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

/**
 * The part of Jinja that chat templates are written in, as Python's jinja2 renders it with the settings of {@code transformers}. A template
 * is data from strangers: it sees the values that it is given and nothing else, there is no reflection anywhere, and a {@link
 * org.lyceum.inference.jinja.Run} bounds its steps, its memory and its output. Start at {@link org.lyceum.inference.jinja.JinjaTemplate}.
 */
@NullMarked
package org.lyceum.inference.jinja;

import org.jspecify.annotations.NullMarked;

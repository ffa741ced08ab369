/** The studio: the server's own web pages, and what they ask it for beside OpenAI's API. */
@NullMarked
package org.lyceum.server.studio;

import org.jspecify.annotations.NullMarked;

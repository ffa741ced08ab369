/** HTTP beneath the API: one virtual thread a request, limits on size and time, errors in OpenAI's format. */
@NullMarked
package org.lyceum.server.http;

import org.jspecify.annotations.NullMarked;

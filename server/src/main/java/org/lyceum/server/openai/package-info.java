/** OpenAI's API: requests read and checked, answers written, over a model in this process. */
@NullMarked
package org.lyceum.server.openai;

import org.jspecify.annotations.NullMarked;

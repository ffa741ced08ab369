/** Conversations as models are trained on them: messages, tools, how a model writes that it calls one. */
@NullMarked
package org.lyceum.inference.chat;

import org.jspecify.annotations.NullMarked;

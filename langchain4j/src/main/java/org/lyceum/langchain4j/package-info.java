/** LangChain4j's interfaces over models in this process: no server between them. */
@NullMarked
package org.lyceum.langchain4j;

import org.jspecify.annotations.NullMarked;

/** The server: which requests are let in, where they go, and how it starts and stops. */
@NullMarked
package org.lyceum.server;

import org.jspecify.annotations.NullMarked;

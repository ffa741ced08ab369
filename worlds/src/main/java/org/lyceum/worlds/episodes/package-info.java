/** Episodes: small worlds to act in, of which it is known what is true, what has been seen, and what each action takes for granted. */
@NullMarked
package org.lyceum.worlds.episodes;

import org.jspecify.annotations.NullMarked;

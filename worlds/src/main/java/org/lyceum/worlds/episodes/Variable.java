package org.lyceum.worlds.episodes;

import java.util.List;

/**
 * Something in a world that can be one way or another: where a key is, whether a door is open.
 *
 * @param name what it is, in the language of the episode
 * @param values in words, all that it can be
 */
public record Variable(String name, List<String> values) {
    /** The number of a value that is among {@link #values()}. */
    int of(String value) {
        return values.indexOf(value);
    }
}

package org.lyceum.study;

import java.util.List;

/** Every kind of study that a recipe can ask for. */
public final class Studies {
    /** In the order in which help and errors name them. */
    public static final List<Study<?>> ALL = List.of();

    private Studies() {
    }
}

package org.lyceum.models.hub;

/** What a pull tells about itself while it runs. */
public interface HubListener {
    /** One that says nothing. */
    HubListener SILENT = new HubListener() {
    };

    /**
     * {@code bytes} of all the files' {@code total} are here.
     *
     * @param file the one that is being fetched
     */
    default void progress(String file, long bytes, long total) {
    }

    /** A sentence for the user. */
    default void note(String sentence) {
    }
}

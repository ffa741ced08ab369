package org.lyceum.study.senses;

/**
 * A word in a sentence.
 *
 * @param word as it stands there
 * @param sense which of the word's senses it has
 * @param sentence the whole of it
 * @param from where the word begins, in UTF-16 units
 */
record Occurrence(String word, String sense, String sentence, int from) {
    /** One past the word's last unit. */
    int to() {
        return from + word.length();
    }

    /** A few words around it: up to {@code units} on either side, cut between words. */
    String around(int units) {
        int begin = from <= units ? 0 : sentence.indexOf(' ', from - units) + 1;
        int cut = to() + units >= sentence.length() ? sentence.length() : sentence.lastIndexOf(' ', to() + units);
        int end = Math.max(to(), cut);
        return (begin == 0 ? "" : "… ") + sentence.substring(Math.min(begin, from), end) + (end == sentence.length() ? "" : " …");
    }
}

package org.lyceum.worlds;

/**
 * One thing that a world knows of.
 *
 * @param id its place in {@link World#entities()}
 * @param kind what it is
 * @param gender a person's gender, or the gender of its noun in Spanish
 * @param english its name in English with the article that it takes: {@code Ana}, {@code the red lamp}, {@code a baker}
 * @param spanish its name in Spanish: {@code Ana}, {@code la lámpara roja}, {@code panadero}
 * @param spanishFeminine the same of a woman, where that differs ({@code panadera})
 */
public record Entity(int id, Kind kind, Gender gender, String english, String spanish, String spanishFeminine) {
    /** Its name in {@code language}, said of somebody of gender {@code of} (which matters for jobs only). */
    public String name(Language language, Gender of) {
        if (language == Language.EN) {
            return english;
        }
        return of == Gender.FEMININE ? spanishFeminine : spanish;
    }

    /** Its name in {@code language} by itself. */
    public String name(Language language) {
        return name(language, Gender.MASCULINE);
    }

    @Override
    public String toString() {
        return english;
    }
}

package org.lyceum.study;

/**
 * A kind of study: the section of a recipe that bears its key configures it. All that a study finds goes through its {@link StudyRun}, so that
 * it can be interrupted, reported and held against claims like any other.
 *
 * @param <C> its configuration
 */
public interface Study<C extends Record> {
    /** The recipe's section, {@code recall} for instance. */
    String key();

    /** What the section's keys are laid over. */
    C defaults();

    /** Does the study; throws {@link org.lyceum.foundation.UserError} for what the user can mend. */
    void run(C config, StudyRun run);
}

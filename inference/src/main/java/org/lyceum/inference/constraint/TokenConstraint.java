package org.lyceum.inference.constraint;

/**
 * What a generated text must look like, told token by token: at each point, which tokens may come next so that the text can still become
 * complete. Many generations may follow it at once, from any threads.
 */
public interface TokenConstraint {
    /** The state before the first token. */
    State start();

    /** How far a generation has come. For one thread. */
    interface State {
        /**
         * The tokens that may come next, bit {@code id % 64} of word {@code id / 64}; not to be changed. Tokens that end a text are not
         * among them: whoever generates allows those where the text is {@link #complete}. Some may come unless it is.
         */
        long[] allowed();

        /** Whether the text may end here. */
        boolean complete();

        /** Whether it must: it is complete and nothing may follow. */
        boolean exhausted();

        /** {@code id}, one of those allowed, came next. */
        void accept(int id);
    }
}

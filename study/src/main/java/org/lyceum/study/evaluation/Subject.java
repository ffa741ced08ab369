package org.lyceum.study.evaluation;

import java.util.List;

/** Something that answers: a model in this process, one behind an address. */
public interface Subject extends AutoCloseable {
    /** What tables call it. */
    String name();

    /** What its answers depend on, so that kept answers of another model are never taken for its own. */
    String identity();

    /**
     * Answers all requests of some documents, each document's in order. Which documents are asked together changes no more than the last
     * bits of a number: {@link Evaluation} always asks those of a block, so that nothing changes at all.
     *
     * @throws org.lyceum.foundation.UserError where it cannot, a request that no model could answer or a server that is down
     */
    List<List<Answer>> answer(List<List<Request>> documents);

    @Override
    void close();
}

package org.lyceum.server.openai;

import java.util.List;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.serving.Event;
import tools.jackson.databind.node.ObjectNode;

/** One of the answers to a request as it comes, in the shape that the endpoint gives it. */
interface Choice {
    /** What a stream says first; none if nothing. */
    List<ObjectNode> begin();

    /** What a stream says now that {@code token} is there: elements of {@code choices}, often none. */
    List<ObjectNode> accept(Event.Token token);

    /** What a stream says last. */
    List<ObjectNode> finish(Event.Finished finished);

    /** Whether it is complete although the model goes on. */
    boolean enough();

    /** All of it, once it is finished: an element of {@code choices}. */
    ObjectNode whole();

    /** OpenAI's word for why a text ended. */
    static String reason(Finish finish) {
        return switch (finish) {
            case MAX_TOKENS, CONTEXT_FULL, DEADLINE -> "length";
            case END_OF_TEXT, STOP_STRING, CANCELLED -> "stop";
        };
    }
}

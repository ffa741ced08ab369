package org.lyceum.inference.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Continuation;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.LogProbabilities;
import org.lyceum.inference.serving.Logprobs.Alternative;

/** A request on its way. The scheduler's thread has it once it is submitted. */
final class Job {
    final Request request;
    final Completion completion;
    final Continuation text;
    final PromptLookup lookup = new PromptLookup();
    private final int vocabulary;
    private final long submitted = System.nanoTime();

    /** Its place among all that were admitted: the earlier are served first. */
    long order;
    /** Whether its slot holds what could be found of its prompt, so that computing the rest has begun. */
    boolean begun;
    /** The guess that is being computed. */
    int[] draft = {};
    private int cached;
    private int drafted;
    private int accepted;
    private long admitted;
    private long firstToken;
    private long lastToken;

    Job(LanguageModel model, Request request, Completion completion) {
        this.request = request;
        this.completion = completion;
        this.text = new Continuation(model, request.prompt(), request.sampling(), request.endIds(), request.constraint());
        this.vocabulary = model.tokenizer().vocabularySize();
    }

    /** The tokens that it may come to hold. */
    int most() {
        return request.prompt().length + request.sampling().maxTokens();
    }

    boolean prefilling() {
        return text.generated() == 0;
    }

    /** Why it must end whatever comes, if it must. */
    @Nullable
    Finish interrupted() {
        if (completion.cancelled()) {
            return Finish.CANCELLED;
        }
        var timeout = request.timeout();
        return timeout != null && System.nanoTime() - submitted > timeout.toNanos() ? Finish.DEADLINE : null;
    }

    void admit(long place) {
        order = place;
        admitted = System.nanoTime();
    }

    void begin(int foundInCache) {
        begun = true;
        cached = foundInCache;
    }

    /** Draws as many tokens as the logits (1 + draft, V) of its last tokens allow, and tells the client; why it ended if it did. */
    @Nullable
    Finish draw(float[][] logits, Meter meter) {
        int held = 0; // of the draft
        Finish finish = null;
        for (int row = 0; row < logits.length && finish == null; row++) {
            finish = draw(logits[row], meter);
            if (row == draft.length || !text.added() || text.last() != draft[row]) {
                break;
            }
            held++;
        }
        drafted += draft.length;
        accepted += held;
        lookup.learn(draft.length, held);
        meter.drafted(draft.length, held);
        return finish;
    }

    private @Nullable Finish draw(float[] logits, Meter meter) {
        double logSum = request.logprobs() < 0 ? 0 : LogProbabilities.logSum(logits);
        var top = request.logprobs() < 0 ? List.<Alternative>of() : top(logits, logSum); // before a constraint strikes any
        var finish = text.draw(request.logprobs() < 0 ? logits : logits.clone()); // which changes them
        if (text.added()) {
            long now = System.nanoTime();
            if (text.generated() == 1) {
                firstToken = now;
                meter.firstToken(now - submitted);
            } else {
                meter.nextToken(now - lastToken);
            }
            lastToken = now;
            var logprobs = request.logprobs() < 0 ? null : new Logprobs(logits[text.last()] - logSum, top);
            completion.send(new Event.Token(text.last(), text.piece(), logprobs));
        }
        return finish;
    }

    private List<Alternative> top(float[] logits, double logSum) {
        int count = Math.min(request.logprobs(), vocabulary);
        var top = new ArrayList<Alternative>(count + 1);
        for (int id = 0; id < vocabulary && count > 0; id++) {
            double logprob = logits[id] - logSum;
            if (top.size() < count || logprob > top.getLast().logprob()) {
                int at = top.size();
                while (at > 0 && top.get(at - 1).logprob() < logprob) {
                    at--;
                }
                top.add(at, new Alternative(id, logprob));
                if (top.size() > count) {
                    top.removeLast();
                }
            }
        }
        return top;
    }

    void finish(Finish reason, Meter meter) {
        var rest = text.rest();
        var last = text.stopped() ? Finish.STOP_STRING : reason; // the last characters may complete one
        var usage = usage();
        meter.finished(last);
        completion.send(new Event.Finished(rest, last, usage));
    }

    void fail(Throwable error, Meter meter) {
        meter.failed();
        completion.send(new Event.Failed(error instanceof RuntimeException known
                ? known
                : new UserError("There was not enough memory for this request; ask for less, or give Java more (-Xmx).", error)));
    }

    private Usage usage() {
        long now = System.nanoTime();
        return new Usage(request.prompt().length, cached, text.generated(), drafted, accepted,
                Duration.ofNanos((admitted == 0 ? now : admitted) - submitted),
                firstToken == 0 ? Duration.ZERO : Duration.ofNanos(firstToken - submitted), Duration.ofNanos(now - submitted));
    }
}

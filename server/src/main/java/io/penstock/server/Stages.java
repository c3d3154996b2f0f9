package io.penstock.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;

/**
 * Pekko's completion stages without the common pool. A stage that was a Scala future runs what depends on it in {@link
 * java.util.concurrent.ForkJoinPool#commonPool()}, and a host whose blocking code fills that pool would keep a port
 * from being bound or drained.
 */
final class Stages {
    private Stages() {}

    /** What depends on it runs where it completes. */
    static <T> CompletionStage<T> direct(CompletionStage<T> stage) {
        CompletableFuture<T> direct = new CompletableFuture<>();
        stage.whenCompleteAsync(completing(direct), Runnable::run);
        return direct;
    }

    /** Gives a future the outcome of a stage. */
    static <T> BiConsumer<T, Throwable> completing(CompletableFuture<T> future) {
        return (value, failure) -> {
            if (failure == null) {
                future.complete(value);
            } else {
                future.completeExceptionally(failure);
            }
        };
    }

    static <Q, A> CompletionStage<A> ask(
            ActorRef<Q> actor, Function<ActorRef<A>, Q> question, Duration patience, ActorSystem<?> system) {
        return direct(AskPattern.ask(actor, question, patience, system.scheduler()));
    }
}

package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.Frames;
import io.penstock.protocol.Receipt;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class AccountTest {
    private static final Frames TWO = Frames.of(List.of(ByteString.fromString("tea"), ByteString.fromString("milk")));

    private final Account account = new Account();

    @Test
    void aReadWithoutAFrameThatComesTooLateLosesNone() {
        account.abandoned(Frames.empty());

        assertThat(account.allAnswered()).isTrue();
        assertThat(account.close(Duration.ZERO).framesLost()).isZero();
        assertThat(account.close(Duration.ZERO).bytesLost()).isZero();
    }

    @Test
    void whatComesTooLateIsLost() {
        account.abandoned(TWO);

        assertThat(account.close(Duration.ZERO).framesLost()).isEqualTo(2);
        assertThat(account.close(Duration.ZERO).bytesLost()).isEqualTo(7);
    }

    @Test
    void whatIsNotAnsweredIsLostByItsShareOfTheBatch() {
        account.processed(account.sent(TWO, Receipt.NONE), 1);

        assertThat(account.close(Duration.ZERO).framesLost()).isEqualTo(1);
        assertThat(account.close(Duration.ZERO).bytesLost()).isEqualTo(3);
    }
}

package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.BadFrame;
import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.ConnectionEvent.Summary;
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

    @Test
    void aBadFrameIsLostUntilItIsInQuarantine() {
        account.rejected(bad(BadFrameAction.QUARANTINE));
        assertThat(account.close(Duration.ZERO).framesLost()).isEqualTo(1);
        assertThat(account.close(Duration.ZERO).bytesLost()).isEqualTo(6);

        account.quarantined(6);
        assertThat(account.close(Duration.ZERO).framesQuarantined()).isEqualTo(1);
        assertThat(account.close(Duration.ZERO).framesLost()).isZero();
        assertThat(account.close(Duration.ZERO).bytesLost()).isZero();
    }

    @Test
    void aTruncatedFrameComesOnce() {
        account.rejected(bad(BadFrameAction.TRUNCATE));
        account.processed(account.sent(TWO, Receipt.NONE), 2);

        Summary summary = account.close(Duration.ZERO);
        assertThat(summary.framesIn()).isEqualTo(2);
        assertThat(summary.framesProcessed()).isEqualTo(2);
        assertThat(summary.framesTruncated()).isEqualTo(1);
    }

    private static BadFrame bad(BadFrameAction action) {
        ByteString kept = ByteString.fromString("coffee");
        return new BadFrame(BadFrame.Reason.TOO_LONG, "line of 9 bytes", action, kept, 9, Receipt.NONE, 0);
    }
}

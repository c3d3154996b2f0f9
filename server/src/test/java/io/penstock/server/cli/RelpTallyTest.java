package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RelpTallyTest {
    private final RelpTally tally = new RelpTally();

    @Test
    void beginsAtTheFirstMessage() {
        assertThat(tally)
                .hasToString(
                        "0 messages acknowledged, 0 sent and not answered, 0 refused, the rest not sent; send again"
                                + " from message 1");
    }

    @Test
    void namesTheFirstThatIsNotAcknowledgedInWhateverOrderTheyAre() {
        tally.sent(2);
        tally.sent(3);
        tally.sent(4);
        tally.acknowledged(4);
        tally.acknowledged(2);
        assertThat(tally)
                .hasToString(
                        "2 messages acknowledged, 1 sent and not answered, 0 refused, the rest not sent; send again"
                                + " from message 2");

        tally.acknowledged(3);
        assertThat(tally.toString()).endsWith("the rest not sent; send again from message 4");
    }

    @Test
    void namesTheLowestOfTheRefused() {
        tally.sent(2);
        tally.sent(3);
        tally.refused(3, "500 too long");
        tally.refused(2, "500 no disk space");
        tally.inputEnded();

        assertThat(tally)
                .hasToString("0 messages acknowledged, 0 sent and not answered, 2 refused (the first, message 1: 500 no"
                        + " disk space); send again from message 1");
        assertThat(tally.answered()).isEqualTo(2);
    }

    @Test
    void countsOnWhereTheNumbersOfRelpBeginAnew() {
        tally.sent(999_999_999);
        tally.sent(1);
        tally.acknowledged(999_999_999);

        assertThat(tally.toString()).endsWith("send again from message 2");
    }
}

package io.penstock.server;

import static io.penstock.server.MemoryBudget.ALWAYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {
    private static final int MUCH = ALWAYS + 1;
    private static final int MIB = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(MIB);
    private final List<String> called = new ArrayList<>();
    private final MemoryBudget.Share hog = budget.share();

    private MemoryBudget.Share share(String name, long bytes) {
        MemoryBudget.Share share = budget.share();
        share.whenRoom(() -> called.add(name));
        share.holds(bytes);
        return share;
    }

    @Test
    void letsEverybodyReadWhileThereIsRoom() {
        hog.holds(MIB - MUCH - 1);
        assertThat(share("a", MUCH).mayRead(true)).isTrue();
        assertThat(hog.mayRead(true)).isTrue();
        assertThat(budget.used()).isEqualTo(MIB - 1);
    }

    @Test
    void letsWhoHoldsLittleReadWhateverTheOthersHold() {
        hog.holds(2 * MIB);
        assertThat(share("a", 0).mayRead(true)).isTrue();
        assertThat(share("b", ALWAYS).mayRead(true)).isTrue();
        assertThat(share("c", MUCH).mayRead(true)).isFalse();
        assertThat(hog.mayRead(true)).isFalse();
    }

    @Test
    void callsThoseThatWaitOneAfterTheOtherInTheOrderOfAsking() {
        hog.holds(MIB);
        MemoryBudget.Share a = share("a", MUCH);
        MemoryBudget.Share b = share("b", MUCH);
        assertThat(a.mayRead(true)).isFalse();
        assertThat(b.mayRead(true)).isFalse();
        assertThat(a.mayRead(true)).isFalse();
        hog.holds(0);
        assertThat(called).containsExactly("a");
        assertThat(a.mayRead(true)).isTrue();
        assertThat(called).containsExactly("a", "b");
        assertThat(b.mayRead(true)).isTrue();
        assertThat(called).containsExactly("a", "b");
    }

    @Test
    void keepsThePlaceOfOneThatFoundTheRoomTaken() {
        hog.holds(MIB);
        MemoryBudget.Share a = share("a", MUCH);
        MemoryBudget.Share b = share("b", MUCH);
        assertThat(a.mayRead(true) || b.mayRead(true)).isFalse();
        hog.holds(0);
        hog.holds(MIB);
        assertThat(a.mayRead(true)).isFalse();
        hog.holds(0);
        assertThat(called).containsExactly("a", "a");
    }

    @Test
    void putsANewcomerBehindThoseThatWait() {
        hog.holds(MIB);
        MemoryBudget.Share a = share("a", MUCH);
        assertThat(a.mayRead(true)).isFalse();
        hog.holds(0);
        MemoryBudget.Share late = share("late", MUCH);
        assertThat(late.mayRead(true)).isFalse();
        assertThat(a.mayRead(true)).isTrue();
        assertThat(called).endsWith("late");
        assertThat(late.mayRead(true)).isTrue();
    }

    @Test
    void passesOnThePlaceOfOneThatIsNotInterestedAnyMore() {
        hog.holds(MIB);
        MemoryBudget.Share a = share("a", MUCH);
        MemoryBudget.Share b = share("b", MUCH);
        assertThat(a.mayRead(true) || b.mayRead(true)).isFalse();
        hog.holds(0);
        a.leave();
        assertThat(called).containsExactly("a", "b");
    }

    @Test
    void letsOneLongFrameAtATimeGrowBeyondIt() {
        hog.holds(MIB);
        MemoryBudget.Share a = share("a", MUCH);
        MemoryBudget.Share b = share("b", MUCH);
        assertThat(a.mayRead(false)).isTrue();
        assertThat(b.mayRead(false)).isFalse();
        a.holds(5 * MUCH);
        assertThat(a.mayRead(false)).isTrue();
        assertThat(called).isEmpty();
        // Its frame is whole, and with the processor.
        assertThat(a.mayRead(true)).isFalse();
        assertThat(called).containsExactly("b");
        assertThat(b.mayRead(false)).isTrue();
    }

    @Test
    void givesBackWhatAConnectionHeldWhenItIsGone() {
        hog.holds(MIB);
        MemoryBudget.Share a = share("a", MUCH);
        MemoryBudget.Share b = share("b", MUCH);
        assertThat(a.mayRead(false)).isTrue();
        assertThat(b.mayRead(false)).isFalse();
        a.close();
        a.holds(MUCH);
        assertThat(called).containsExactly("b");
        hog.close();
        b.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void boundsNothingWhenItIsOff() {
        MemoryBudget off = new MemoryBudget(Long.MAX_VALUE);
        MemoryBudget.Share share = off.share();
        share.holds(Long.MAX_VALUE / 2);
        assertThat(share.mayRead(true)).isTrue();
        share.close();
        assertThat(off.used()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "auto, 64, 16777216, 256",
        "auto, 4096, 1073741824, 24448",
        "1MiB, 64, 1048576, 376",
        "60MiB, 64, 62914560, 1",
        "off, 64, 9223372036854775807, 2147483647"
    })
    void leavesRoomInTheHeapForAReadOfEachConnection(String value, long heapMib, long budgetBytes, int connections) {
        SettingsReader reader = new SettingsReader(Harness.config("memory = " + value));
        assertThat(MemoryBudget.read(reader, heapMib * MIB)).isEqualTo(budgetBytes);
        assertThat(MemoryBudget.connections(reader, heapMib * MIB)).isEqualTo(connections);
        reader.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plenty", "0", "-1"})
    void refusesWhatIsNoSize(String value) {
        assertThatThrownBy(() -> ServerSettings.from(Harness.config("memory = " + value)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("penstock.memory: " + value + " (expected: ");
    }
}

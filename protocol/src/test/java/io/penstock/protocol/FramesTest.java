package io.penstock.protocol;

import static io.penstock.protocol.Decoding.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final Frames MIXED = Frames.slices(bytes("head"), bytes("one,two"), new int[] {0, 3, 4, 7}, 2);

    @Test
    void putsAFrameOfItsOwnBeforeTheSlices() {
        assertThat(MIXED).containsExactly(bytes("head"), bytes("one"), bytes("two"));
        assertThat(MIXED.payloadBytes()).isEqualTo(10);
        assertThat(MIXED.pinnedBytes()).isEqualTo(11);
    }

    @Test
    void dropsFirstFrames() {
        assertThat(MIXED.dropFirst(0)).isSameAs(MIXED);
        assertThat(MIXED.dropFirst(1)).containsExactly(bytes("one"), bytes("two"));
        assertThat(MIXED.dropFirst(2)).containsExactly(bytes("two"));
        assertThat(MIXED.dropFirst(2).dropFirst(1)).isEmpty();
        assertThat(Frames.single(bytes("a")).dropFirst(1)).isEmpty();
        assertThat(Frames.of(List.of(bytes("a"), bytes("b"), bytes("c")))
                        .dropFirst(1)
                        .dropFirst(1))
                .containsExactly(bytes("c"));
    }

    @Test
    void selectsSomeWithoutACopy() {
        assertThat(MIXED.select(new int[] {0, 2}, 2)).containsExactly(bytes("head"), bytes("two"));
        assertThat(MIXED.select(new int[] {1, 2}, 1)).containsExactly(bytes("one"));
        assertThat(MIXED.dropFirst(1).select(new int[] {1}, 1)).containsExactly(bytes("two"));
        assertThat(MIXED.select(new int[0], 0)).isEmpty();
        assertThatThrownBy(() -> MIXED.select(new int[] {3}, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void isEqualByContent() {
        assertThat(MIXED).isEqualTo(Frames.of(List.of(bytes("head"), bytes("one"), bytes("two"))));
        assertThat(MIXED).hasSameHashCodeAs(Frames.of(List.of(bytes("head"), bytes("one"), bytes("two"))));
        assertThat(MIXED).isNotEqualTo(Frames.of(List.of(bytes("head"), bytes("onetwo"))));
    }

    @Test
    void keepsPayloadOutOfItsText() {
        assertThat(MIXED).hasToString("Frames(3 frames, 10 bytes)");
    }

    @Test
    void refusesAnIndexOutsideOfIt() {
        assertThatThrownBy(() -> MIXED.get(3)).hasMessage("frame 3 of 3");
        assertThatThrownBy(() -> Frames.empty().get(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}

package io.github.jvig.model.image;

import java.util.Arrays;
import java.util.HexFormat;

/** The constant tables of VP8 (RFC 6386): probabilities of coefficients and modes, and quantizer steps. */
final class Vp8Tables {
    /** Kinds of blocks: luma behind a DC block, DC of luma, chroma, luma with its DC. */
    static final int KINDS = 4;
    /** Groups of coefficient positions that share probabilities. */
    static final int BANDS = 8;
    static final int CONTEXTS = 3;
    /** Probabilities in one context. */
    static final int PROBABILITIES = 11;

    // Section 13.5: one byte each, [kind][band][context][probability].
    private static final String COEFFICIENTS = "808080808080808080808080808080808080808080808080808080808080808080fd88feffe4db8080808080bd81f2ffe3d5ffdb808080"
            + "6a7ee3fcd6d1ffff8080800162f8ffece2ffff808080b585eefeddeaff9a8080804e86caf7c6b4ffdb80808001b9f9fff3ff8080808080"
            + "b896f7ffece080808080804d6ed8ffece680808080800165fbfff1ff8080808080aa8bf1fcecd1ffff8080802574c4f3e4ffffff808080"
            + "01ccfefff5ff8080808080cfa0faffee8080808080806667e7ffd3ab80808080800198fcfff0ff8080808080b187f3ffeae18080808080"
            + "5081d3ffc2e080808080800101ff8080808080808080f601ff8080808080808080ff80808080808080808080c623eddfc1bba2a0919b3e"
            + "832dc6ddacb0dc9dfcdd01442f92d095a7dda2ffdf800195f1ffdde0ffff808080b88deafddedcffc78080805163b5f2b0bef9caffff80"
            + "0181e8fdd6c5f2c4ffff806379d2fac9c6ffca808080175ba3f2aabbf7d2ffff8001c8f6ffeaff80808080806db2f1ffe7f5ffff808080"
            + "2c82c9fdcdc0ffff8080800184effbdbd1ffa58080805e88e1fbdabeffff8080801664aef5baa1ffc780808001b6f9ffe8eb8080808080"
            + "7c8ff1ffe3ea8080808080234db5fbc1d3ffcd808080019df7ffece7ffff808080798debffe1e3ffff8080802d63bcfbc3d9ffe0808080"
            + "0101fbffd5ff8080808080cb01f8ffff8080808080808901b1ffe0ff8080808080fd09f8fbcfd0ffc0808080af0de0f3c1b9f9c6ffff80"
            + "4911abdda1b3eca7ffea80015ff7fdd4b7ffff808080ef5af4fad3d1ffff8080809b4dc3f8bcc3ffff8080800118effbdadbffcd808080"
            + "c933dbffc4ba8080808080452ebeefc9daffe480808001bffbffff808080808080dfa5f9ffd5ff80808080808d7cf8ffff808080808080"
            + "0110f8ffff808080808080be24e6ffecff80808080809501ff808080808080808001e2ff8080808080808080f7c0ff8080808080808080"
            + "f080ff80808080808080800186fcffff808080808080d53efaffff808080808080375dff80808080808080808080808080808080808080"
            + "80808080808080808080808080808080808080808080ca18d5ebbabfdca0f0afff7e26b6e8a9b8e4aeffbb803d2e8adb97b2f0aaffd880"
            + "0170e6fac7bff79fffff80a66de4fcd3d7ffae808080274da2e8acb4f5b2ffff800134dcf6c6c7f9dcffff807c4abff3b7c1faddffff80"
            + "184782db9aaaf3b6ffff8001b6e1f9dbf0ffe08080809596e2fcd8cdffab8080801c6caaf2b7c2fedfffff800151e6fccccbffc0808080"
            + "7b66d1f7bcc4ffe9808080145f99f3a4adffcb80808001def8ffd8d58080808080a8aff6fcebcdffff8080802f74d7ffd3d4ffff808080"
            + "0179ecfdd4d6ffff8080808d54d5fcc9caffdb8080802a50a0f0a2b9ffcd8080800101ff8080808080808080f401ff8080808080808080"
            + "ee01ff8080808080808080";

    // Section 13.4 in pairs: how many values of 255 come first, and the value that follows them.
    private static final String UPDATES = "21b000f609df00f100fc08f900fd00fd09f400fc08ea00fe00fe08fd0bf600fe08ef00fd00fe08fe01fe09f800fe08fb01fe14fd00fe08"
            + "fb00fe00fe08fe01fe09fe00fd01fe06fa01fe01fe06fe2bd90ae100fc00f100fd02fe04ea00fa00f100fa00fd01fd00fe04fe09df00fe"
            + "00fe08ee00fd00fe00fe08f800fe08f900fe15fd09f700fe15fd00fe08fc16fe00fe08fd16fe00fd08fa0afe2bba00fb00fa08ea00fb00"
            + "f400fe07fb00fb00f300fd00fe01fe05fd00fe08ec00fd00fe08fb00fd00fd00fe00fe07fe00fe08fe00fe00fe14fe09fe00fe09fe15fe"
            + "78f80afa00fe00fc00fe07f800fe00f900fd08fd00fd08f600fd00fd08fc00fe00fb00fe00fe07fe00fc08f800fe00fd08fd01fe00fe08"
            + "fb00fe08f500fb00fe08fd00fd00fe09fb00fd08fc00fd00fe09fe0afc09f901fe0afe0afd08fa20fe";

    // Section 11.5: one byte each, [mode above][mode at the left][node of the tree].
    private static final String MODES = "e7783059737178987098b3407eaa762e465faf458f505552489b67383a0aabdabd110d98721a11a32cc3150aad791850c31a3e2c405590"
            + "470a26abd590221aaa2e371388a021ce473f14087272d00c09e251280b60b6541d102486b7598962656aa59448bb64829d6f204b504266"
            + "a7634a3e28ea80293509b2f18d1a086b4a2b1a9249a631179d412669a033341f7380684f0c1bd9ff5711075744472c72330fba172f290e"
            + "6eb6b71511c2422d1966c5bd171216585893962a2e2dc4cd2b61b775552623b33d2735c8571a152be8ab3822336872661d5d4d271c55ab"
            + "3aa55a6240221674ce17222ba6496b36201a3301512b1f44196a1640ab24e1722213156684bc104c7c3e124e5f5539323033c165239fd7"
            + "6f592e6f3c941facdbe415126f70714d55b3ff267872282a01c4f5d10a196d582b1d8ca6d5252b9a3d3f1e9b432d4401d16450082b9a01"
            + "331a478e4e4e10ff8022c5ab29280566d3b70401dd333211a8d1c01719528a1f24ab1ba6262ce543573aa952731a3bb33f3b5ab43ba65d"
            + "499a282815748fd12227af2f0f10b722df312db72e1121b706620f20b7392e16188001361125412049731c801780cd2803097333c01206"
            + "df572509733b4d40152f68372cda09363582e2405a46cd2829171a39363970b8052926a6d51e221a8598740a2086271335dd1a722049ff"
            + "1f0941ea020f0176494b200c33c0ffa02b33581f2343665537ba553815176f3bcd2d25c03726467c49660122627d622a58685575af525f"
            + "543559806471652d4b4f7b2f338051ab0139110547663935293126210d7939491a0155290a438a4d6e5a2f727315020a66ffa61706651d"
            + "100a558065c41a39120a6666d522142b75140f24a38044011a663d472522351ff3c0453c472649771cde25442d8022012f0bf5ab3e1113"
            + "469255373e46252b259a64a355a0013f095c881c4020c9554b0f090940ffb8771056061c0540ff19f8013808118489ff3774803a0f1452"
            + "87391a7928a4321f899a851923da33672c83837b1f069e5628408794e02db780161a1183f09a0e01d12d10155b40de0701c53815279b3c"
            + "8a1766d5530c0d36c0ff442f1c551a555580802092ab120b073f90ab0404f6231b0a92aeab0c1a80be502363b4507e362d557e2f57b033"
            + "291420654b808b769274805538290fb0ec5525093e471e117776ff11128a65263c8a37462b1a8e9224131eabff611b148a2d3d3edb0151"
            + "bc4020291475978e1415a370130c3dc380300418";

    private static final int[] DEFAULT_COEFFICIENTS = bytes(COEFFICIENTS);
    /** Whether a probability is sent anew: the probability that it is not. */
    static final int[] COEFFICIENT_UPDATES = updates();
    /** By mode above and mode at the left: where the nine probabilities begin is {@code 9 * (10 * above + left)}. */
    static final int[] SUBBLOCK_MODES = bytes(MODES);

    private Vp8Tables() {
    }

    /** The probabilities of coefficients that a key frame begins with; a copy. */
    static int[] coefficients() {
        return DEFAULT_COEFFICIENTS.clone();
    }

    private static int[] updates() {
        int[] pairs = bytes(UPDATES);
        int[] updates = new int[DEFAULT_COEFFICIENTS.length];
        Arrays.fill(updates, 255);
        for (int i = 0, at = 0; i < pairs.length; i += 2, at++) {
            at += pairs[i];
            updates[at] = pairs[i + 1];
        }
        return updates;
    }

    private static int[] bytes(String hex) {
        byte[] parsed = HexFormat.of().parseHex(hex);
        int[] values = new int[parsed.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = parsed[i] & 0xff;
        }
        return values;
    }
}

/**
 * Scripts that expect what Linux 6.18 does not do any more, or not yet. Each fails on Linux 6.18.44 with packetdrill, for the
 * reason that stands here, with the commit that changed it; those that say nothing of the congestion control were played with CUBIC.
 */
const OTHER_KERNELS: Readonly<Record<string, string>> = {
  advmss_pmtu_ipv4:
    'from Linux 7.3 on: the SYN-ACK announces the segments of the configured MTU, before those of the path MTU that was learned (2640e6419594, "net: advertise TCP MSS from the configured MTU, not the learned PMTU")',
  'cubic_cubic-bulk-166k':
    'before Linux 6.14: a round of HyStart began with the first ACK at a window of 16 (25c1a9ca53db, "tcp_cubic: fix incorrect HyStart round start detection")',
  'cubic_cubic-bulk-166k-idle-restart':
    'before Linux 6.14: a round of HyStart began with the first ACK at a window of 16 (25c1a9ca53db, "tcp_cubic: fix incorrect HyStart round start detection")',
  'cwnd_moderation_cwnd-moderation-ecn-enter-cwr-no-moderation-700':
    'before Linux 5.11: an ACK of new data let one segment less out while the window falls (7e901ee7b6ab, "tcp: avoid slow start during fast recovery on new losses")',
  'fast_retransmit_fr-4pkt-fack-last-mss':
    'before Linux 6.7: timers of RACK came up to two ticks later (1c2709cfff1d, "tcp: fix excessive TLP and RACK timeouts from HZ rounding")',
  'notsent_lowat_notsent-lowat-default':
    'before Linux 6.10: a unit took no bytes of the next one (8ee602c63520, "tcp: try to send bigger TSO packets")',
  rcv_wnd_shrink_allowed:
    'from Linux 7.1 on: data are taken up to the largest window ever advertised (0e24d17bd966, "tcp: implement RFC 7323 window retraction receiver requirements")',
  rcv_wnd_shrink_nomem:
    'from Linux 7.1 on: data are taken up to the largest window ever advertised (0e24d17bd966, "tcp: implement RFC 7323 window retraction receiver requirements")',
  'shutdown_shutdown-rdwr-write-queue-close':
    'before Linux 6.10: a lone FIN ignored the congestion window (22555032c513, "tcp: remove dubious FIN exception from tcp_cwnd_test()")',
  ts_recent_invalid_ack:
    'before Linux 7.1 and 6.18.y of May 2026: an ACK of data that were never sent had no answer (42726ec644cb, "tcp: send a challenge ACK on SEG.ACK > SND.NXT")',
}

/** Texts of later scripts of the same name, which expect what Linux 6.18 does. */
const WRITTEN_ANEW: Readonly<Record<string, string>> = {
  ts_recent_invalid_ack: 'Challenge ACK for SEG.ACK > SND.NXT',
}

/** Returns the kernel for which a script was written, or null for Linux 6.18. */
export function otherKernel(name: string, text: string): string | null {
  const later = WRITTEN_ANEW[name]
  return later !== undefined && text.includes(later) ? null : (OTHER_KERNELS[name] ?? null)
}

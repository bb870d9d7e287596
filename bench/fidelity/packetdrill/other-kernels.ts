/**
 * Scripts that expect what Linux 6.18 does not do any more, or not yet. Each fails on Linux 6.18.44 with packetdrill, for the
 * reason that stands here.
 */
const OTHER_KERNELS: Readonly<Record<string, string>> = {
  'fast_retransmit_fr-4pkt-fack-last-mss':
    'before Linux 6.7: timers of RACK came up to two ticks later (1c2709cfff1d, "tcp: fix excessive TLP and RACK timeouts from HZ rounding")',
  'notsent_lowat_notsent-lowat-default':
    'before Linux 6.10: a unit took no bytes of the next one (8ee602c63520, "tcp: try to send bigger TSO packets")',
  rcv_wnd_shrink_allowed:
    'after Linux 6.18: data are taken up to the largest window ever advertised ("tcp: implement RFC 7323 window retraction receiver requirements")',
  'shutdown_shutdown-rdwr-write-queue-close':
    'before Linux 6.10: a lone FIN ignored the congestion window (22555032c513)',
  ts_recent_invalid_ack:
    'before Linux 6.18.44, which answers an ACK of data that were never sent with a challenge ACK (RFC 5961 section 5.2)',
}

/** Returns the kernel for which a script was written, or null for Linux 6.18. */
export function otherKernel(name: string): string | null {
  return OTHER_KERNELS[name] ?? null
}

import { type LinkProfile, NOT_MEASURED } from './link-profile.ts'

export const localhost: LinkProfile = {
  description: 'The loopback interface of a Linux host.',
  options: {
    delayNs: 2_500,
    rateBps: 21_800_000_000,
    jitter: { kind: 'none' },
    lossRatio: 0,
    lossBursts: null,
    queueBytes: null,
    mtuBytes: 65_535,
  },
  sources: {
    delayNs: 'half of an ICMP round trip of 4 to 6 us, measured on a 2 vCPU VM with Linux 6.18 (docs/facts/links.md)',
    rateBps: 'one stream on the same VM, which its CPU bounds (docs/facts/links.md)',
    jitter: NOT_MEASURED,
    lossRatio: 'measured: none (docs/facts/links.md)',
    lossBursts: NOT_MEASURED,
    queueBytes: 'the loopback device has no queue',
    mtuBytes: 'the device says 65536; an IPv4 packet ends at 65535 (RFC 791)',
  },
}

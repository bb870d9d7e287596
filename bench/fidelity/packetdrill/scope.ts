/** Features of TCP and of the socket interface that no part of this project has, and how scripts that use them tell. */
const FEATURES: readonly (readonly [string, RegExp])[] = [
  ['TCP Fast Open', /FASTOPEN|\bFOEXP\b|\bFO\b|TFO_/],
  ['MPTCP', /IPPROTO_MPTCP|\bmp_?capable\b|\bmp_?join\b/i],
  ['PSP', /\bPSP_|\bpsp\b/],
  ['AccECN', /tcp_ecn\s*=\s*[345]\b|tcp_ecn_option\s*=|\bECN e[01]b\b|[<>]\s*(?:\[\w+\]\s*)?SE?W?A\b|accecn/i],
  ['zero copy', /ZEROCOPY/],
  ['socket timestamping', /TIMESTAMPING|SO_TIMESTAMP/],
  ['MD5', /MD5/i],
  ['epoll', /\bepoll_/],
  ['GRO', /\btcpi_rcv_mss\b[\s\S]*(?:gro)|\bgro\b/i],
  ['splice and sendfile', /\bsplice\s*\(|\bsendfile\s*\(/],
  ['INQ', /TCP_INQ|TCP_CM_INQ/],
  ['ioctl', /\bioctl\s*\(/],
  ['MTU probing', /tcp_mtu_probing|tcp_base_mss|tcp_probe_interval/],
  ['bad arguments of system calls', /\bEFAULT\b|\b(?:write|read|send|sendto|recv|recvfrom)\s*\([^)]*\bNULL\b/],
]

/** Returns the feature that puts a script out of scope, or null. `text` is the script, and `path` where it lies. */
export function featureOutOfScope(path: string, text: string): string | null {
  const code = text.replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '')
  return (
    FEATURES.find(([, sign]) => sign.test(code))?.[0] ??
    (/fastopen/.test(path) ? 'TCP Fast Open' : /(?:^|[/_])gro(?:[/_-])/.test(path) ? 'GRO' : null)
  )
}

/** TCP header flags (RFC 9293 section 3.1). The network layer defines those that it reads. */
export { ACK, CE, CWR, ECE, ECT_0, FIN, RST, SYN } from '../../network/header-flags.ts'
export const PSH = 0x08

/** TCP header flags (RFC 9293 section 3.1); the network below looks at some of them too. */
export { ACK, FIN, RST, SYN } from '../../network/header-flags.ts'
export const PSH = 0x08

/** TCP header flags (RFC 9293 section 3.1). */
export const FIN = 0x01
export const SYN = 0x02
export const RST = 0x04
export const ACK = 0x10
export const ECE = 0x40
export const CWR = 0x80

/**
 * The ECN field of the IP header (RFC 3168 section 5), which the column `flags` of packets has above the byte of TCP's flags:
 * ECT(0): the sender's transport knows ECN; CE: a queue on the way was long.
 */
export const ECT_0 = 0x200
export const CE = 0x300
/** The byte of TCP's flags. */
export const TCP_FLAGS = 0xff

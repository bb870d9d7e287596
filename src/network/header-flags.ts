/** TCP header flags (RFC 9293 section 3.1) that firewalls and address translation examine. */
export const FIN = 0x01
export const SYN = 0x02
export const RST = 0x04
export const ACK = 0x10

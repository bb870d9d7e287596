import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { noteRead } from '../../src/security/ssh-buffer.ts'
import { SshChannelTable } from '../../src/security/ssh-session.ts'

const KIB = 1024

/** A channel's buffer. Returns a function: the size of the allocation for a read, after so many bytes were sent in all. */
function buffer() {
  const channels = new SshChannelTable(new Arena())
  const channel = channels.allocate()
  channels.sentBytes[channel] = 0
  channels.bufferedBytes[channel] = 0
  channels.packedBytes[channel] = 0
  channels.bufferSizeBytes[channel] = 0
  let readBytes = 0
  return {
    read: (lengthBytes: number) => {
      readBytes += lengthBytes
      return noteRead(channels, channel, readBytes)
    },
    send: (lengthBytes: number) => {
      channels.sentBytes[channel] += lengthBytes
    },
  }
}

test('the first read into sshd’s buffer allocates space for the largest read, and reads that are sent at once no more', () => {
  const { read, send } = buffer()
  expect(read(10)).toBe(32 * KIB)
  for (let i = 0; i < 100; i++) {
    send(i === 0 ? 10 : 32 * KIB)
    expect(read(32 * KIB)).toBe(0)
  }
})

test('sshd’s buffer allocates nothing before the first read', () => {
  const { read } = buffer()
  expect(read(0)).toBe(0)
  expect(read(1)).toBe(32 * KIB)
  expect(read(0)).toBe(0)
})

test('each read into sshd’s buffer allocates 32 KiB more while all earlier data are unsent', () => {
  const { read } = buffer()
  const sizes = [1, 2, 3, 4].map(() => read(32 * KIB))
  expect(sizes).toEqual([32 * KIB, 64 * KIB, 96 * KIB, 128 * KIB])
})

test('allocations of sshd’s buffer are multiples of 256 bytes (SSHBUF_SIZE_INC)', () => {
  const { read } = buffer()
  read(1448)
  // 1448 and room for 32768 are 34216 = 133.66 of them.
  expect(read(1448)).toBe(134 * 256)
  // And 2896 and 32768 are 35664 = 139.3.
  expect(read(1448)).toBe(140 * 256)
})

test('sent data stays at the front of sshd’s buffer while more data than that is unsent', () => {
  const { read, send } = buffer()
  read(32 * KIB)
  read(32 * KIB)
  send(32 * KIB - 1024)
  // 31 KiB are gone and 33 KiB left: all 64 KiB stay.
  expect(read(32 * KIB)).toBe(96 * KIB)
})

test('sent data is removed when it is half of sshd’s buffer (sshbuf_maybe_pack)', () => {
  const { read, send } = buffer()
  read(32 * KIB)
  read(32 * KIB)
  send(32 * KIB)
  // 32 KiB are left, for which and 32 KiB more there is room.
  expect(read(32 * KIB)).toBe(0)
  // That is 64 KiB at the front, so that there is no more.
  expect(read(32 * KIB)).toBe(96 * KIB)
})

test('data removed from sshd’s buffer before is not counted again', () => {
  const { read, send } = buffer()
  read(32 * KIB)
  read(32 * KIB)
  send(32 * KIB)
  read(32 * KIB)
  send(4 * KIB)
  // 4 KiB are gone and 60 KiB left, which all stay.
  expect(read(1)).toBe(96 * KIB)
})

test('less than 8 KiB of sent data is not removed from sshd’s buffer (SSHBUF_PACK_MIN)', () => {
  const few = buffer()
  few.read(16_000)
  few.send(8_191)
  // 7809 bytes are left, less than are gone, and yet 16000 + 32768 = 48768 are needed: 190.5 times 256.
  expect(few.read(1)).toBe(191 * 256)

  const more = buffer()
  more.read(16_000)
  more.send(8_192)
  // 7808 + 32768 = 40576: 158.5 times 256.
  expect(more.read(1)).toBe(159 * 256)
})

test('sent data is removed from sshd’s buffer when nothing is unsent, whatever its size', () => {
  const { read, send } = buffer()
  read(100)
  send(100)
  expect(read(5)).toBe(0)
  send(5)
  expect(read(32 * KIB)).toBe(0)
})

test('sshd’s buffer never shrinks', () => {
  const { read, send } = buffer()
  for (let i = 0; i < 8; i++) read(32 * KIB)
  send(256 * KIB)
  for (let i = 0; i < 8; i++) expect(read(32 * KIB)).toBe(0)
  expect(read(32 * KIB)).toBe(288 * KIB)
})

test('half of an odd size of sshd’s buffer is rounded down, as in C', () => {
  const { read, send } = buffer()
  read(16_385)
  send(8192)
  // 8193 are left, and room for 32768: 160.004 times 256; unpacked they would take 193.
  expect(read(1)).toBe(161 * 256)
})

import { namesOf } from '../../engine/registry.ts'
import { TCP_PROFILES } from '../../transport/profiles/tcp-profiles.ts'
import { orList } from '../../values/kinds.ts'
import { flag, sizeBytes } from '../schema/scalars.ts'
import { tcpKey } from './tcp-key.ts'

export const autotuning = tcpKey({
  schema: () =>
    flag(
      'Whether the receive buffer grows from 128 KiB on. Not with `receive-buffer`. Default: the value of the profile.',
    ),
  override: (growsReceiveBuffer) => ({ growsReceiveBuffer }),
  check: (grows, { has }) =>
    grows && has('receive-buffer') ? [{ needs: 'buffers that grow', has: 'receive-buffer' }] : [],
})

export const receiveBuffer = tcpKey({
  schema: () =>
    sizeBytes(
      'The fixed size of the receive buffer, which limits the receive window. Default: the value of the profile.',
      {
        from: '2KB',
        to: '1GiB',
        sinceTo: 'the window scale of RFC 7323 allows no more',
      },
    ),
  set: (receiveBufferBytes) => ({ receiveBufferBytes }),
})

export const sendBuffer = tcpKey({
  schema: () =>
    sizeBytes(
      'The fixed size of the send buffer, which holds data until it is acknowledged. Default: the value of the profile.',
      { from: '2KB', to: '1GiB' },
    ),
  set: (sendBufferBytes) => ({ sendBufferBytes }),
})

export const sendBufferLimit = tcpKey({
  schema: () =>
    sizeBytes(
      'The maximum memory of a growing send buffer, counted as Linux does (third value of net.ipv4.tcp_wmem). Default: 4MiB.',
      {
        from: '16KiB',
        to: '1GiB',
        since: 'it is the initial value in net.ipv4.tcp_wmem',
        sinceTo: 'a Linux socket counts its memory in 31 bits',
      },
    ),
  override: (sendBufferBytes) => ({ sendBufferBytes }),
  check(_, { profile, has }) {
    const able = namesOf(TCP_PROFILES).filter((name) => TCP_PROFILES[name].growsSendBuffer)
    return [
      ...(able.includes(profile) ? [] : [{ needs: `profile: ${orList(able)}`, has: `profile: ${profile}` }]),
      ...(has('send-buffer') ? [{ needs: 'buffers that grow', has: 'send-buffer' }] : []),
    ]
  },
})

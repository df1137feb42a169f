// A bad line between two peers of datagrams on 127.0.0.1: it loses some and brings some late. The
// tests drive it; commands.mjs says how.
//
//   peer a  <-->  ports[0]  [ the proxy ]  ports[1]  <-->  peer b
//
// What comes to a port of the proxy leaves for the peer on the other side, from the other port.
import dgram from 'node:dgram'
import { serve } from './commands.mjs'

const BUFFER_BYTES = 4 << 20

const commands = {
  // {peers: [port of a, port of b], loss, late, lateMs, seed} -> {ports}; loss and late are
  // probabilities, and what is late comes up to lateMs later
  async open ({ peers, loss = 0, late = 0, lateMs = 5, seed = 1 }) {
    const random = xorshift(seed)
    const sides = [socket(), socket()]
    sides.forEach((side, at) => side.on('message', (datagram) => {
      const [drawnLoss, drawnLate, drawnWait] = [random(), random(), random()]
      const pass = () => sides[1 - at].send(datagram, peers[1 - at], '127.0.0.1')
      counts.all++
      if (drawnLoss < loss) {
        counts.lost++
      } else if (drawnLate < late) {
        counts.late++
        setTimeout(pass, drawnWait * lateMs)
      } else {
        pass()
      }
    }))
    return { ports: await Promise.all(sides.map(bound)) }
  },

  // {} -> {all, lost, late} datagrams of both directions, and of those the lost and the late ones
  counts: () => counts
}
const counts = { all: 0, lost: 0, late: 0 }

function socket () {
  return dgram.createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES })
}

function bound (side) {
  return new Promise((resolve, reject) => {
    side.once('error', reject)
    side.bind(0, '127.0.0.1', () => resolve(side.address().port))
  })
}

// Numbers from 0 to 1, the same for the same seed.
function xorshift (seed) {
  let x = seed
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 2 ** 32
  }
}

serve(commands)

// One end of UDX streams on loopback, one stream after the other. Measured beside ours.
//
//   node udx-peer.mjs
//
// commands.mjs says how it is driven. What each command takes and answers stands above it.
import UDX from 'udx-native'
import { serve, tell } from './commands.mjs'

const HOST = '127.0.0.1'
const WRITE_BYTES = 65536
const some = Buffer.alloc(WRITE_BYTES)
const udx = new UDX()

const commands = {
  // {stream} -> {received, millis} from the first byte to the last, once the other end has ended;
  // before, an event tells the port
  async receive ({ stream }) {
    const socket = udx.createSocket()
    socket.bind(0, HOST)
    let received = 0
    let first = 0
    let last = 0
    const end = udx.createStream(stream, {
      firewall (from, port, host) {
        end.connect(socket, stream, port, host)
        return false
      }
    })
    end.on('data', (data) => {
      last = performance.now()
      if (received === 0) first = last
      received += data.byteLength
    })
    end.on('end', () => end.end())
    tell({ event: 'receiving', port: socket.address().port })
    await closed(end)
    socket.close()
    return { received, millis: last - first }
  },

  // {stream, port, bytes} -> {} once all is acknowledged
  async send ({ stream, port, bytes }) {
    const socket = udx.createSocket()
    socket.bind(0, HOST)
    const end = udx.createStream(stream)
    const over = closed(end)
    end.resume()
    end.connect(socket, stream, port, HOST)
    for (let left = bytes; left > 0; left -= WRITE_BYTES) {
      const more = end.write(left < WRITE_BYTES ? some.subarray(0, left) : some)
      if (!more) await new Promise((resolve) => end.once('drain', resolve))
    }
    end.end()
    await over
    socket.close()
    return {}
  }
}

function closed (stream) {
  return new Promise((resolve, reject) => stream.on('error', reject).on('close', resolve))
}

tell({ event: 'ready' })
serve(commands)

// One end of UDX streams on loopback. Measured beside ours.
//
//   node udx-peer.mjs
//
// commands.mjs says how it is driven. What each command takes and answers stands above it.
import UDX from 'udx-native'
import { serve, tell } from './commands.mjs'

const HOST = '127.0.0.1'
const CHUNK = Buffer.alloc(65536)
const udx = new UDX()
const socket = udx.createSocket()
socket.bind(0, HOST)

const commands = {
  // {port, stream, bytes} -> {received} once so many bytes came, or the peer ended
  async receive ({ port, stream, bytes }) {
    const end = udx.createStream(stream)
    let received = 0
    const done = new Promise((resolve, reject) => {
      end.on('data', (data) => {
        received += data.byteLength
        if (received >= bytes) resolve()
      })
      end.on('error', reject)
      end.on('end', resolve)
    })
    end.connect(socket, stream, port, HOST)
    tell({ event: 'receiving', stream })
    await done
    end.end()
    return { received }
  },

  // {port, stream, bytes} -> {millis} from the first byte written to the last acknowledged
  async send ({ port, stream, bytes }) {
    const end = udx.createStream(stream)
    end.on('error', () => {})
    end.resume()
    end.connect(socket, stream, port, HOST)
    const start = performance.now()
    for (let sent = 0; sent < bytes; sent += CHUNK.byteLength) {
      if (!end.write(CHUNK)) await new Promise((resolve) => end.once('drain', resolve))
    }
    if (!(await end.flush())) throw new Error('the stream ended before all was acknowledged')
    const millis = performance.now() - start
    end.end()
    return { millis }
  }
}

tell({ event: 'ready', port: socket.address().port })
serve(commands)

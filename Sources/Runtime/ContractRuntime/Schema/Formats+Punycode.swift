/// Unicode labels as ASCII (RFC 3492).
enum Punycode {
    private static let base = 36
    private static let smallestThreshold = 1
    private static let largestThreshold = 26

    /// The scalars of an encoded label without `xn--`; nil if it is none.
    static func decode(_ bytes: [UInt8]) -> [Unicode.Scalar]? {
        guard bytes.allSatisfy({ $0 < 128 }) else { return nil }
        let delimiter = bytes.lastIndex(of: UInt8(ascii: "-"))
        var output = (delimiter.map { bytes[..<$0] } ?? []).map { UInt32($0) }
        var input = bytes[(delimiter.map { $0 + 1 } ?? 0)...]
        guard !input.isEmpty else { return nil }
        var value = 128
        var index = 0
        var bias = 72
        while !input.isEmpty {
            let oldIndex = index
            var weight = 1
            var position = base
            while true {
                guard let byte = input.popFirst(), let digit = digit(byte) else { return nil }
                index += digit * weight
                guard index < 1 << 40 else { return nil }
                let threshold = threshold(position, bias)
                if digit < threshold { break }
                weight *= base - threshold
                guard weight < 1 << 40 else { return nil }
                position += base
            }
            let count = output.count + 1
            bias = adapt(index - oldIndex, count, isFirst: oldIndex == 0)
            value += index / count
            index %= count
            guard value <= 0x10FFFF else { return nil }
            output.insert(UInt32(value), at: index)
            index += 1
        }
        var scalars: [Unicode.Scalar] = []
        for value in output {
            guard let scalar = Unicode.Scalar(value) else { return nil }
            scalars.append(scalar)
        }
        return scalars
    }

    /// The encoded label without `xn--`; nil if it is far too long.
    static func encode(_ label: [Unicode.Scalar]) -> [UInt8]? {
        guard label.count <= 255 else { return nil }
        var output = label.filter(\.isASCII).map { UInt8($0.value) }
        let basicCount = output.count
        var handled = basicCount
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var value = 128
        var delta = 0
        var bias = 72
        while handled < label.count {
            guard let next = label.lazy.map({ Int($0.value) }).filter({ $0 >= value }).min() else { return nil }
            delta += (next - value) * (handled + 1)
            value = next
            for scalar in label {
                if scalar.value < value { delta += 1 }
                guard scalar.value == value else { continue }
                var rest = delta
                var position = base
                while true {
                    let threshold = threshold(position, bias)
                    if rest < threshold { break }
                    output.append(letter(threshold + (rest - threshold) % (base - threshold)))
                    rest = (rest - threshold) / (base - threshold)
                    position += base
                }
                output.append(letter(rest))
                bias = adapt(delta, handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            value += 1
        }
        return output
    }

    private static func threshold(_ position: Int, _ bias: Int) -> Int {
        min(max(position - bias, smallestThreshold), largestThreshold)
    }

    private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var position = 0
        while delta > (base - smallestThreshold) * largestThreshold / 2 {
            delta /= base - smallestThreshold
            position += base
        }
        return position + (base - smallestThreshold + 1) * delta / (delta + 38)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 97
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 22
        default: nil
        }
    }

    private static func letter(_ digit: Int) -> UInt8 { UInt8(digit < 26 ? digit + 97 : digit + 22) }
}

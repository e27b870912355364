import PasswordHashing
import Testing

@Suite("scrypt")
struct ScryptTests {
    /// RFC 7914 §12; the last of its vectors needs a gigabyte.
    @Test(
        "makes the keys of RFC 7914",
        arguments: [
            ("", "", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"),
            ("password", "NaCl", 1_024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"),
            (
                "pleaseletmein", "SodiumChloride", 16_384, 8, 1,
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
            ),
        ])
    func vectors(
        _ password: String, _ salt: String, _ rounds: Int, _ blockSize: Int, _ parallelism: Int, _ expected: String
    ) throws {
        let scrypt = Scrypt(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        let key = try scrypt.key(of: Array(password.utf8), salt: Array(salt.utf8), count: 32)
        let hexadecimal = key.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        #expect(hexadecimal.joined() == expected)
    }

    @Test(
        "refuses a cost that is none, or that needs too much memory",
        arguments: [(0, 8, 1), (15, 8, 1), (16, 0, 1), (16, 8, 0), (1 << 20, 8, 1)])
    func costs(_ rounds: Int, _ blockSize: Int, _ parallelism: Int) {
        let scrypt = Scrypt(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        #expect(throws: ScryptError.self) { try scrypt.key(of: [1], salt: [2], count: 32) }
    }
}

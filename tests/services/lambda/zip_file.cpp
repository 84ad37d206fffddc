#include "tests/services/lambda/zip_file.h"

#include "services/aws/encoding.h"

#include <catch2/catch.hpp>
#include <zip.h>

namespace orrery::lambda::test {

std::string zip(const std::vector<ZipEntry>& entries) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
    REQUIRE(target != nullptr);
    zip_source_keep(target);
    zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    REQUIRE(archive != nullptr);
    for (const ZipEntry& entry : entries) {
        zip_source_t* content =
            zip_source_buffer(archive, entry.content.data(), entry.content.size(), 0);
        const zip_int64_t index =
            zip_file_add(archive, entry.name.c_str(), content, ZIP_FL_ENC_UTF_8);
        REQUIRE(index >= 0);
        zip_file_set_external_attributes(
            archive, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX, entry.mode << 16U);
    }
    REQUIRE(zip_close(archive) == 0);
    REQUIRE(zip_source_open(target) == 0);
    std::string bytes;
    char piece[4096];
    for (zip_int64_t got = 0; (got = zip_source_read(target, piece, sizeof piece)) > 0;) {
        bytes.append(piece, static_cast<std::size_t>(got));
    }
    zip_source_close(target);
    zip_source_free(target);
    return bytes;
}

std::string zip_parameter(const std::vector<ZipEntry>& entries) {
    return aws::base64(zip(entries));
}

}  // namespace orrery::lambda::test

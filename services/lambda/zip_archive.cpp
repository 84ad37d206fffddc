#include "services/lambda/zip_archive.h"

#include "engine/error.h"
#include "services/aws/error.h"
#include "services/lambda/limits.h"
#include "services/lambda/refusal.h"

#include <sys/stat.h>
#include <zip.h>

#include <array>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace orrery::lambda {

namespace {

namespace fs = std::filesystem;

struct Close {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

/// [public error logs: boto3 and many others]
[[noreturn]] void unreadable() {
    invalid_parameter(
        "Could not unzip uploaded file. Please check your file, then try to upload again.");
}

std::unique_ptr<zip_t, Close> open(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    zip_error_fini(&error);
    if (archive == nullptr) {
        zip_source_free(source);
        unreadable();
    }
    return std::unique_ptr<zip_t, Close>(archive);
}

/// Where an entry goes. Refused are absolute paths and those that climb out of the folder.
fs::path checked_path(std::string_view name) {
    const fs::path path = fs::path(name).lexically_normal();
    const bool outside = path.is_absolute() || (!path.empty() && *path.begin() == "..");
    if (name.empty() || outside || name.find('\\') != std::string_view::npos) {
        unreadable();
    }
    return path;
}

class Unpacking {
public:
    Unpacking(std::string_view bytes, fs::path folder)
        : archive_(open(bytes)), folder_(std::move(folder)) {}

    std::int64_t run() {
        const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
        if (count <= 0) {
            invalid_parameter("Uploaded file must be a non-empty zip");  // [public error logs]
        }
        for (zip_uint64_t index = 0; index < static_cast<zip_uint64_t>(count); ++index) {
            unpack(index);
        }
        // Last, so that nothing is written through one.
        for (const auto& [path, target] : links_) {
            make_link(path, target);
        }
        return size_;
    }

private:
    void unpack(zip_uint64_t index) {
        zip_stat_t entry;
        if (zip_stat_index(archive_.get(), index, 0, &entry) != 0) {
            unreadable();
        }
        const std::string_view name = entry.name;
        const fs::path path = folder_ / checked_path(name);
        zip_uint8_t system = 0;
        zip_uint32_t attributes = 0;
        zip_file_get_external_attributes(archive_.get(), index, 0, &system, &attributes);
        const mode_t mode = system == ZIP_OPSYS_UNIX ? attributes >> 16U : 0;
        std::error_code failure;
        if (name.back() == '/') {
            fs::create_directories(path, failure);
            if (failure) {
                unreadable();
            }
            return;
        }
        fs::create_directories(path.parent_path(), failure);
        if (failure) {
            unreadable();  // below what is a file in the same archive
        }
        if (S_ISLNK(mode)) {
            links_.emplace_back(path, read_link(index));
        } else {
            write_file(index, path, mode);
        }
    }

    /// Gives each piece of an entry to `take`, and ends where all entries together are too large:
    /// what an archive says about itself is not believed.
    template <typename Take>
    void read(zip_uint64_t index, const Take& take) {
        const std::unique_ptr<zip_file_t, Close> file(zip_fopen_index(archive_.get(), index, 0));
        if (file == nullptr) {
            unreadable();  // encrypted, or packed in a way that is not known
        }
        std::array<char, 65536> piece;
        for (;;) {
            const zip_int64_t got = zip_fread(file.get(), piece.data(), piece.size());
            if (got < 0) {
                unreadable();  // the check sum too
            }
            if (got == 0) {
                return;
            }
            size_ += got;
            if (size_ >= limits::unpacked_bytes) {
                // [LS test_lambda_api]
                invalid_parameter("Unzipped size must be smaller than " +
                                  std::to_string(limits::unpacked_bytes) + " bytes");
            }
            take(std::string_view(piece.data(), static_cast<std::size_t>(got)));
        }
    }

    std::string read_link(zip_uint64_t index) {
        std::string target;
        read(index, [&](std::string_view piece) {
            if (target.size() > longest_link) {
                unreadable();
            }
            target.append(piece);
        });
        return target;
    }

    void write_file(zip_uint64_t index, const fs::path& path, mode_t mode) {
        if (fs::is_directory(path)) {
            unreadable();
        }
        std::ofstream file(path, std::ios::binary | std::ios::trunc);
        read(index, [&](std::string_view piece) {
            file.write(piece.data(), static_cast<std::streamsize>(piece.size()));
        });
        file.close();
        if (!file) {
            throw UsageError("cannot write " + path.string());
        }
        // Without Unix modes: a plain file. The owner can always read, so that it can be run here.
        fs::permissions(path,
                        mode == 0 ? fs::perms(0644) : fs::perms(mode & 0777U) | fs::perms(0600));
    }

    void make_link(const fs::path& path, const std::string& target) const {
        const fs::path led_to = (path.parent_path() / target).lexically_normal();
        const fs::path relative = led_to.lexically_relative(folder_);
        std::error_code failure;
        if (target.empty() || target.front() == '/' || relative.empty() ||
            *relative.begin() == ".." || fs::exists(fs::symlink_status(path))) {
            unreadable();
        }
        fs::create_symlink(target, path, failure);
        if (failure) {
            unreadable();
        }
    }

    static constexpr std::size_t longest_link = 4096;

    std::unique_ptr<zip_t, Close> archive_;
    fs::path folder_;
    std::int64_t size_ = 0;
    std::vector<std::pair<fs::path, std::string>> links_;
};

}  // namespace

std::int64_t unpack_zip(std::string_view archive, const std::filesystem::path& folder) {
    return Unpacking(archive, folder).run();
}

}  // namespace orrery::lambda

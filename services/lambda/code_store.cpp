#include "services/lambda/code_store.h"

#include "engine/error.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/lambda/limits.h"
#include "services/lambda/zip_archive.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

namespace orrery::lambda {

namespace {

namespace fs = std::filesystem;

constexpr const char* archive_suffix = ".zip";

bool is_hex(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
           });
}

std::string bytes_of_hex(std::string_view digits) {
    const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
    std::string bytes;
    for (std::size_t index = 0; index + 1 < digits.size(); index += 2) {
        bytes.push_back(static_cast<char>(value(digits[index]) * 16 + value(digits[index + 1])));
    }
    return bytes;
}

/// What an unpacking that did not end left behind goes with it.
class Draft {
public:
    explicit Draft(fs::path folder) : folder_(std::move(folder)) {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~Draft() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    const fs::path& folder() const { return folder_; }

private:
    fs::path folder_;
};

void write(const fs::path& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) {
        throw UsageError("cannot write " + path.string());
    }
}

}  // namespace

std::string hex_sum(const std::string& sha256_base64) {
    return aws::hex(aws::decode_base64(sha256_base64).value_or(""));
}

CodeStore::CodeStore(World& world, const std::string& scope) : world_(world), scope_(scope) {}

CodeStore::~CodeStore() {
    if (own_) {
        std::error_code ignored;
        fs::remove_all(root_, ignored);
    }
}

const fs::path& CodeStore::root() {
    if (!root_.empty()) {
        return root_;
    }
    if (world_.store != nullptr) {
        root_ = fs::absolute(world_.store->file()).parent_path() / "lambda" / scope_;
        fs::create_directories(root_);
        return root_;
    }
    std::string name = (fs::temp_directory_path() / "orrery-code-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw UsageError("cannot make the folder " + name +
                         " for functions' code: " + std::string(std::strerror(errno)));
    }
    own_ = true;
    return root_ = name;
}

CodePackage CodeStore::add(std::string_view archive) {
    if (archive.size() >= limits::zipped_bytes) {
        // [LS test_lambda_api]
        throw aws::ApiError(
            "InvalidParameterValueException",
            "Zipped size must be smaller than " + std::to_string(limits::zipped_bytes) + " bytes");
    }
    const std::string sum = aws::sha256_hex(archive);
    const fs::path folder = root() / sum;
    // Unpacked even if it is there already, which is what checks it.
    const Draft draft(root() / (sum + ".draft"));
    const std::int64_t unpacked_size = unpack_zip(archive, draft.folder());
    if (!fs::exists(folder)) {
        write(root() / (sum + archive_suffix), archive);
        fs::rename(draft.folder(), folder);
    }
    return {folder,
            aws::base64(bytes_of_hex(sum)),
            static_cast<std::int64_t>(archive.size()),
            unpacked_size};
}

fs::path CodeStore::present(const fs::path& folder) {
    const fs::path here = root() / folder.filename();
    return is_hex(folder.filename().string()) && fs::exists(here) ? here : folder;
}

std::optional<std::string> CodeStore::archive(const std::string& sha256_hex) {
    if (!is_hex(sha256_hex)) {
        return std::nullopt;
    }
    std::ifstream file(root() / (sha256_hex + archive_suffix), std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

void CodeStore::keep_only(const std::set<std::string>& names) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(root(), ignored)) {
        if (!names.contains(entry.path().stem().string())) {
            fs::remove_all(entry.path(), ignored);
        }
    }
}

}  // namespace orrery::lambda
